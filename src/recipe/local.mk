# recipe: from the columns of a file to those that a function sees.
noinst_LIBRARIES += src/recipe/librecipe.a
src_recipe_librecipe_a_SOURCES = src/recipe/expression.h src/recipe/recipe.h
src_recipe_librecipe_a_SOURCES += src/recipe/cook.h src/recipe/cook_strip.c
src_recipe_librecipe_a_SOURCES += src/recipe/fault.c src/recipe/fault.h
src_recipe_librecipe_a_SOURCES += src/recipe/levels.c src/recipe/levels.h
src_recipe_librecipe_a_SOURCES += src/recipe/plan_choose.c src/recipe/plan_lists.c
src_recipe_librecipe_a_SOURCES += src/recipe/plan_names.c src/recipe/plan_order.c
src_recipe_librecipe_a_SOURCES += src/recipe/planning.h src/recipe/recipe_private.h
src_recipe_librecipe_a_SOURCES += src/recipe/recipe.c src/recipe/recipe_cook.c
src_recipe_librecipe_a_SOURCES += src/recipe/recipe_plan.c src/recipe/recipe_tally.c
src_recipe_librecipe_a_SOURCES += src/recipe/split.c src/recipe/split.h
RECIPE_LIBS = src/recipe/librecipe.a $(UTIL_LIBS)
nobase_dist_doc_DATA += src/recipe/DESIGN src/recipe/FORMAT
RECIPE_TESTS =
RECIPE_TESTS += tests/unit/check_split
$(RECIPE_TESTS): LDADD = $(RECIPE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(RECIPE_TESTS)
