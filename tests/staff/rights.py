"""What the role of each name may do."""

# What a role may do with each table: (s)ee, (a)dd, (c)hange, (d)elete a row of its own.
MATRIX = """
                                 viewer  editor  translator  tenant-manager  key-manager  importer  administrator
geography_country                s       sac     sc          s               -            s         sac
geography_region                 s       sacd    sc          s               -            s         sacd
geography_subdivision            s       sacd    sc          s               -            s         sacd
geography_city                   s       sacd    sc          s               -            s         sacd
geography_subdivisiontype        s       sacd    sc          s               -            s         sacd
geography_storedsuspicion        s       s       s           -               -            s         s
geography_tenantcountry          s       s       -           sc              -            -         sc
geography_tenantsubdivision      s       s       -           sac             -            -         sac
geography_tenantcountryname      s       s       -           sacd            -            -         sacd
tenants_tenant                   s       s       -           sc              s            -         sac
tenants_plan                     s       s       -           s               s            -         sacd
api_keys_apikey                  s       s       -           s               sac          -         sac
api_keys_oauthclient             s       s       -           s               sac          -         sac
api_keys_requestcount            s       s       -           s               s            -         s
webhooks_webhook                 s       s       -           sacd            -            -         sacd
imports_importrun                s       s       -           -               -            s         s
imports_importjob                s       s       -           -               -            sa        sa
auditlog_logentry                s       s       s           s               s            s         s
auth_user                        -       -       -           -               -            -         sac
auth_group                       -       -       -           -               -            -         s
"""


HEAD, *LINES = MATRIX.strip().splitlines()


NAMES = HEAD.split()


TABLES = {line.split()[0]: dict(zip(NAMES, line.split()[1:], strict=True)) for line in LINES}
