"""Our tables, with no more columns than the views need."""

from typing import ClassVar

from django.db import models


class Region(models.Model):
    """A region of the world."""

    code = models.CharField(max_length=40, primary_key=True)

    class Meta:
        managed = False
        db_table = "geography_region"

    def __str__(self) -> str:
        return self.code


class Country(models.Model):
    """A country with its names in the two languages of the benchmark."""

    code = models.CharField(max_length=2, primary_key=True)
    alpha3 = models.CharField(max_length=3)
    numeric = models.PositiveSmallIntegerField()
    name_en = models.CharField(max_length=200)
    name_de = models.CharField(max_length=200)
    calling_code = models.CharField(max_length=5)
    constant_number = models.PositiveIntegerField()
    iso_status = models.CharField(max_length=20)
    is_independent = models.BooleanField(null=True)
    withdrawn_on = models.DateField(null=True)
    updated_at = models.DateTimeField()
    regions = models.ManyToManyField(Region, db_table="geography_country_regions")

    class Meta:
        managed = False
        db_table = "geography_country"

    def __str__(self) -> str:
        return self.code


class Subdivision(models.Model):
    """A part of a country."""

    code = models.CharField(max_length=20)
    country = models.ForeignKey(Country, models.CASCADE, related_name="subdivisions")
    name_en = models.CharField(max_length=200)
    is_state = models.BooleanField()
    is_iso = models.BooleanField()
    redirect_country = models.ForeignKey(Country, models.CASCADE, null=True, related_name="redirects")
    withdrawn_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "geography_subdivision"

    def __str__(self) -> str:
        return self.code


class City(models.Model):
    """A populated place."""

    geonameid = models.BigIntegerField(primary_key=True)
    subdivision = models.ForeignKey(Subdivision, models.CASCADE, related_name="cities")
    name = models.CharField(max_length=200)
    withdrawn_on = models.DateField(null=True)

    class Meta:
        managed = False
        db_table = "geography_city"
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tenant(models.Model):
    """A customer."""

    code = models.CharField(max_length=16)
    is_enabled = models.BooleanField()

    class Meta:
        managed = False
        db_table = "tenants_tenant"

    def __str__(self) -> str:
        return self.code


class ApiKey(models.Model):
    """A private key of a tenant."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    digest = models.CharField(max_length=64)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "api_keys_apikey"

    def __str__(self) -> str:
        return self.digest


class TenantCountry(models.Model):
    """A country as one tenant has it."""

    tenant = models.ForeignKey(Tenant, models.CASCADE)
    country = models.ForeignKey(Country, models.CASCADE)
    active = models.BooleanField()
    version = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    modified_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "geography_tenantcountry"

    def __str__(self) -> str:
        return self.country_id
