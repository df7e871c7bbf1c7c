"""Our storefront and a stock Oscar, side by side on one machine: `python -m bench.storefront`.

worlds    the databases: one demo world multiplied to N products, and the same products in stock Oscar's tables
sites     both sites at work: the same web server with the same arguments, each on its own copy of its database
pages     which addresses are asked, and what a right answer holds
purchase  a whole purchase on either site
measure   the alternating run
report    ratios and tables
"""
