# recipe: from the columns of a file to those that a function sees.
noinst_LIBRARIES += src/recipe/librecipe.a
src_recipe_librecipe_a_SOURCES = src/recipe/expression.h src/recipe/recipe.h
RECIPE_LIBS = src/recipe/librecipe.a $(UTIL_LIBS)
nobase_dist_doc_DATA += src/recipe/DESIGN src/recipe/FORMAT
RECIPE_TESTS =
$(RECIPE_TESTS): LDADD = $(RECIPE_LIBS) $(UNIT_LIBS)
check_PROGRAMS += $(RECIPE_TESTS)
