"""The views of the tenant_countries style: its policy, then lists, switches and names."""
