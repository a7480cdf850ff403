"""What a good Django developer would write by hand over our tables, for the benchmarks to compare with ours."""
