"""What the finance bureau of a region is called."""

from django.utils.translation import gettext as _

from organizations.models import Region, RegionLevel

#: 北京、天津、上海、重庆: provinces whose finance is run by a bureau (财政局), not a department.
_MUNICIPALITIES = ("11", "12", "31", "50")


def bureau_name(region: Region, called: str = "") -> str:
    """财政部, 广西壮族自治区财政厅, 北京市财政局, 南宁市财政局.

    ``called`` is the region's name where it once was another.
    """
    name = called or region.name
    if region.level == RegionLevel.COUNTRY:
        return _("Ministry of Finance")
    is_department = region.level == RegionLevel.PROVINCE
    if is_department and not region.code.startswith(_MUNICIPALITIES):
        return _("Department of Finance of %(region)s") % {"region": name}
    return _("Finance Bureau of %(region)s") % {"region": name}
