"""Our names to those of the constants contract."""

from rest_framework import serializers


class CountrySerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A row of `Country.objects.labelled(…).values(…)`."""

    code = serializers.CharField()
    value = serializers.IntegerField(source="constant_number")
    label = serializers.CharField()  # type: ignore[assignment]
    alpha2Code = serializers.CharField(source="code")  # noqa: N815 - the contract's name
    alpha3Code = serializers.CharField(source="alpha3")  # noqa: N815
    numericCode = serializers.IntegerField(source="numeric")  # noqa: N815
    phoneCode = serializers.CharField(source="calling_code")  # noqa: N815
