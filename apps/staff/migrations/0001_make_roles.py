"""Make the roles: groups of these names, with what each allows. A group that has such a name already keeps what it allows."""

from django.db import migrations

PLACES = {
    "geography": [
        "country",
        "region",
        "subdivision",
        "subdivisiontype",
        "city",
        "cityname",
        "alternativename",
        "officialname",
    ]
}
OF_TENANTS = {
    "tenants": ["tenant", "plan"],
    "geography": ["tenantcountry", "tenantsubdivision", "tenantcountryname"],
    "api_keys": ["apikey", "oauthclient"],
}
IMPORTS = {"imports": ["importrun", "importjob"]}
HISTORY = {"auditlog": ["logentry"]}


def allowed(verbs, *tables):
    return {
        (app, f"{verb}_{model}")
        for each in tables
        for app, models in each.items()
        for model in models
        for verb in verbs.split()
    }


SEE_ALL = allowed("view", PLACES, OF_TENANTS, IMPORTS, HISTORY)
EDIT = allowed("view add change delete", PLACES)
KEYS = allowed("view add change", {"api_keys": ["apikey", "oauthclient"]})
IMPORT = allowed("view", PLACES, IMPORTS) | allowed("add", {"imports": ["importjob"]})
SWITCH = allowed("view change", {"geography": ["tenantcountry"]}) | allowed(
    "view add change", {"geography": ["tenantsubdivision"]}
)
SWITCH |= allowed("view add change delete", {"geography": ["tenantcountryname"]})
ROLES = {
    "Viewer": SEE_ALL,
    "Editor": SEE_ALL | EDIT,
    "Translator": allowed("view", PLACES, HISTORY)
    | allowed("change", PLACES)
    | allowed("add", {"geography": ["cityname"]})
    | {("tenants", "own_languages_only")},
    "Tenant manager": allowed("view", PLACES, OF_TENANTS, HISTORY)
    | allowed("change", {"tenants": ["tenant"]})
    | SWITCH
    | {("tenants", "own_tenants_only")},
    "Key manager": allowed("view", {"tenants": ["tenant", "plan"]}, HISTORY) | KEYS,
    "Importer": IMPORT | allowed("view", HISTORY),
    "Administrator": SEE_ALL
    | EDIT
    | KEYS
    | IMPORT
    | SWITCH
    | allowed("view add change", {"tenants": ["tenant", "plan", "staffreach"], "auth": ["user"]})
    | allowed("delete", {"tenants": ["plan"]})
    | allowed("view", {"auth": ["group"]}),
}


def make(apps, schema_editor):
    using = schema_editor.connection.alias
    kinds = apps.get_model("contenttypes", "ContentType").objects.using(using)
    permissions = apps.get_model("auth", "Permission").objects.using(using)
    # Django makes permissions only when all migrations are done.
    stored = {}
    for app, codename in sorted(set().union(*ROLES.values())):
        model = "staffreach" if codename.startswith("own_") else codename.partition("_")[2]
        kind, _ = kinds.get_or_create(app_label=app, model=model)
        name = NAMES.get(codename) or f"Can {codename.replace('_', ' ')}"
        stored[app, codename], _ = permissions.get_or_create(
            content_type=kind, codename=codename, defaults={"name": name}
        )
    for name, codes in ROLES.items():
        group, is_new = apps.get_model("auth", "Group").objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.add(*(stored[code] for code in codes))


NAMES = {
    "own_tenants_only": "Is limited to tenants of their own",
    "own_languages_only": "Is limited to names in languages of their own",
}


def forget(apps, schema_editor):
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auditlog", "0001_initial"),
        ("tenants", "0007_add_staff_reach"),
        ("api_keys", "0004_add_own_limits"),
        ("imports", "0003_let_apps_offer_imports"),
        ("geography", "0011_add_facts_of_countries"),
    ]

    operations = [migrations.RunPython(make, forget)]
