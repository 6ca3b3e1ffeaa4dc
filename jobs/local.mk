# jobs: ready contracts, each with a page and the data that it needs.
nobase_dist_pkgdata_DATA = \
	jobs/README.md \
	jobs/breast-cancer/README.md \
	jobs/breast-cancer/contract.yaml \
	jobs/breast-cancer/hospital-1.csv \
	jobs/breast-cancer/hospital-2.csv \
	jobs/breast-cancer/hospital-3.csv \
	jobs/breast-cancer/hospital-4.csv \
	jobs/breast-cancer/hospital-5.csv \
	jobs/breast-cancer/hospital-6.csv \
	jobs/breast-cancer/hospital-7.csv \
	jobs/breast-cancer/hospital-8.csv \
	jobs/covariance/README.md \
	jobs/covariance/contract.yaml \
	jobs/digits/README.md \
	jobs/digits/contract.yaml \
	jobs/digits/deal.awk \
	jobs/histogram/README.md \
	jobs/histogram/contract.yaml \
	jobs/kmeans/README.md \
	jobs/kmeans/contract.yaml \
	jobs/linreg/README.md \
	jobs/linreg/contract.yaml \
	jobs/logreg/README.md \
	jobs/logreg/contract.yaml \
	jobs/pca/README.md \
	jobs/pca/contract.yaml \
	jobs/pca/digits.csv \
	jobs/pi/README.md \
	jobs/pi/contract.yaml \
	jobs/poisson-regression/README.md \
	jobs/poisson-regression/contract.yaml \
	jobs/quantile/README.md \
	jobs/quantile/contract.yaml
