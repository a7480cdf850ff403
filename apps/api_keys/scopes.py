"""The scopes that a credential may hold."""

COUNTRY_READ = "country.country_read"
COUNTRY_MANAGE = "country.country_manage"
REGION_READ = "country.region_read"
# Of tokens that nobody had to prove anything for; no credential can be given it.
ANONYMOUS = "anonymous"

SCOPES = {
    COUNTRY_READ: "Read a tenant's countries",
    COUNTRY_MANAGE: "Switch a tenant's countries on and off",
    REGION_READ: "Read regions",
}
