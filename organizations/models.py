import pghistory
import pgtrigger
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from organizations.querysets import BudgetUnitQuerySet, RegionQuerySet, UserManager, UserQuerySet
from organizations.roles import Permission, Role, roles_with

ROOT_CODE = "000000"


class RegionLevel(models.TextChoices):
    COUNTRY = "country", _("country")
    PROVINCE = "province", _("province")
    PREFECTURE = "prefecture", _("prefecture")
    COUNTY = "county", _("county")
    #: a development zone, new district or town that a bureau added; it has no GB code
    SUBREGION = "subregion", _("sub-region")


class Region(models.Model):
    """A division of the country, or an area without a GB code that a bureau added below one.

    ``parent`` is the administrative one. ``finance_parent`` decides scope, merging of policies
    and reports: mostly the same, but some counties answer to the province in money matters
    (省直管县). ``path`` holds the codes from the root down to this region along
    ``finance_parent``, as in ``000000/450000/450100/``.
    """

    code = models.CharField(_("division code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=RegionLevel)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent"),
        on_delete=models.PROTECT,
        null=True,
        related_name="children",
    )
    finance_parent = models.ForeignKey(
        "self",
        verbose_name=_("finance parent"),
        on_delete=models.PROTECT,
        null=True,
        related_name="finance_children",
    )
    path = models.CharField(_("path"), max_length=200, unique=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["path"], name="region_path", opclasses=["text_pattern_ops"])
        ]
        constraints = [
            models.CheckConstraint(
                name="region_only_root_has_no_parent",
                condition=Q(code=ROOT_CODE, parent__isnull=True, finance_parent__isnull=True)
                | Q(~Q(code=ROOT_CODE), parent__isnull=False, finance_parent__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def own_level_name(self) -> str:
        """The row of the units attached to the region itself: 南宁市本级, 全国本级."""
        return f"{self.name}本级"


class UnitLevel(models.TextChoices):
    CENTRAL = "central", _("central")
    PROVINCE = "province", _("provincial")
    PREFECTURE = "prefecture", _("prefectural")
    COUNTY = "county", _("county level")
    TOWNSHIP = "township", _("township level")


class UnitKind(models.TextChoices):
    GOVERNMENT = "government", _("government body")
    MASS_ORGANIZATION = "mass_organization", _("mass organization")
    SCHOOL = "school", _("school")
    HOSPITAL = "hospital", _("hospital")
    INSTITUTION = "institution", _("other public institution")
    #: kept and shown, in no figure
    STATE_ENTERPRISE = "state_enterprise", _("state-owned enterprise")
    OTHER = "other", _("other")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
    exclude=["path"],
)
class BudgetUnit(models.Model):
    """A budget unit (预算单位). Its region is its finance bureau's, not its address.

    ``path`` holds the ids of its ancestors and itself, as in ``12/345/``; departments may span
    regions.
    """

    code = models.CharField(_("unit code"), max_length=64, unique=True)
    name = models.TextField(_("unit name"))
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, db_index=False
    )
    level = models.CharField(_("budget level"), max_length=10, choices=UnitLevel)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("superior unit"),
        on_delete=models.PROTECT,
        null=True,
        related_name="subordinates",
    )
    path = models.TextField(_("path"), default="")
    kind = models.CharField(_("kind of unit"), max_length=20, choices=UnitKind)
    opened_on = models.DateField(_("opened on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    successor = models.ForeignKey(
        "self",
        verbose_name=_("successor"),
        on_delete=models.PROTECT,
        null=True,
        related_name="predecessors",
    )
    headcount = models.PositiveIntegerField(_("headcount"), null=True)
    responsible_person = models.TextField(_("responsible person"), blank=True)
    phone = models.TextField(_("phone"), blank=True)
    #: the day on which the unit itself last confirmed the two
    contact_confirmed_on = models.DateField(_("contact confirmed on"), null=True)

    objects = BudgetUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget unit")
        verbose_name_plural = _("budget units")
        ordering = ["code"]
        indexes = [
            models.Index(fields=["path"], name="unit_path", opclasses=["text_pattern_ops"]),
            # Counting the units of a province reads this index alone.
            models.Index(fields=["region", "kind", "opened_on", "closed_on"], name="unit_count"),
        ]
        constraints = [
            models.CheckConstraint(
                name="unit_closes_after_opening",
                condition=Q(opened_on__isnull=True)
                | Q(closed_on__isnull=True)
                | Q(closed_on__gte=F("opened_on")),
            ),
            models.CheckConstraint(
                name="unit_successor_only_when_closed",
                condition=Q(successor__isnull=True) | Q(closed_on__isnull=False),
            ),
            models.CheckConstraint(
                name="unit_not_its_own_parent_or_successor",
                condition=~Q(parent=F("id")) & ~Q(successor=F("id")),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_figures(self) -> bool:
        """State-owned enterprises are encouraged, not obliged: kept, shown, in no figure."""
        return self.kind != UnitKind.STATE_ENTERPRISE

    def open_in(self, year: int) -> bool:
        """Whether the unit is open on at least one day of the year."""
        return (self.opened_on is None or self.opened_on.year <= year) and (
            self.closed_on is None or self.closed_on.year >= year
        )


class PersonState(models.TextChoices):
    #: has no password before the first activation
    INVITED = "invited", _("not activated yet")
    ACTIVE = "active", _("can sign in")
    STOPPED = "stopped", _("stopped")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
    exclude=["password", "last_login", "created_at"],
)
class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in; what they may see and do comes from their memberships."""

    username = models.CharField(
        _("sign-in name"), max_length=64, unique=True, validators=[UnicodeUsernameValidator()]
    )
    name = models.CharField(_("person's name"), max_length=64, blank=True)
    phone = models.CharField(_("mobile phone"), max_length=32, blank=True)
    #: a stopped person cannot sign in; whatever they did keeps their name
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = UserManager.from_queryset(UserQuerySet)()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def state(self) -> "PersonState":
        if not self.is_active:
            return PersonState.STOPPED
        return PersonState.ACTIVE if self.has_usable_password() else PersonState.INVITED

    @property
    def post(self) -> "Membership | None":
        """The first membership: the one that a file of people holds."""
        return next(iter(self.posts()), None)

    @cached_property
    def _posts(self) -> "list[Membership]":
        return list(self.memberships.select_related("region", "unit__region").order_by("pk"))

    def posts(self, permission: Permission | None = None) -> "list[Membership]":
        """The memberships, or those whose role includes a permission; read once for a user."""
        if permission is None:
            return self._posts
        roles = roles_with(permission)
        return [post for post in self._posts if post.role in roles]

    @property
    def watches_jobs(self) -> bool:
        return bool(self.posts(Permission.WATCH_JOBS))


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
)
class Membership(models.Model):
    """What a user is, at a region or at a unit; it bounds what they see."""

    user = models.ForeignKey(
        User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("role"), max_length=24, choices=Role)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, null=True
    )
    unit = models.ForeignKey(
        BudgetUnit, verbose_name=_("unit"), on_delete=models.PROTECT, null=True
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.CheckConstraint(
                name="membership_region_or_unit",
                condition=Q(region__isnull=False, unit__isnull=True)
                | Q(region__isnull=True, unit__isnull=False),
            ),
            models.UniqueConstraint(
                name="membership_once",
                fields=["user", "role", "region", "unit"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.place}"

    @property
    def place(self) -> Region | BudgetUnit:
        """The region or unit at which it is held."""
        place = self.region or self.unit
        assert place is not None, "a constraint asks for one of the two"
        return place


#: After so many wrong codes the right one is void, too.
TRIES = 5


class Activation(models.Model):
    """A one-time code with which a person sets a password, for the first time or again.

    Of the code only a keyed hash is kept. A person has one; a new code replaces it.
    """

    user = models.OneToOneField(
        User, verbose_name=_("user"), on_delete=models.CASCADE, primary_key=True
    )
    code_hash = models.CharField(_("hash of the code"), max_length=64)
    made_at = models.DateTimeField(_("made at"))
    made_by = models.ForeignKey(
        User, verbose_name=_("made by"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    expires_at = models.DateTimeField(_("expires at"))
    used_at = models.DateTimeField(_("used at"), null=True)
    tries = models.PositiveSmallIntegerField(_("wrong tries"), default=0)

    class Meta:
        verbose_name = _("activation code")
        verbose_name_plural = _("activation codes")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def is_open(self) -> bool:
        """Whether the code may still be used."""
        return self.used_at is None and self.tries < TRIES and self.expires_at > timezone.now()


#: What every key begins with, so that one in a wrong place is recognised as ours.
KEY_BRAND = "yuliu"


class TokenScope(models.TextChoices):
    """What a program may do with an access token, within what its owner may do."""

    READ = "read", _("read only")
    WRITE = "write", _("read and write")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pgtrigger.Statement,
    exclude=["key_hash", "last_used_at"],
)
class AccessToken(models.Model):
    """A key with which a program uses the API in its owner's name (访问令牌).

    Of the key only a keyed hash is kept, and the ``prefix`` by which the owner recognises it.
    """

    user = models.ForeignKey(
        User, verbose_name=_("token owner"), on_delete=models.CASCADE, related_name="access_tokens"
    )
    name = models.CharField(_("what it is for"), max_length=64)
    prefix = models.CharField(_("beginning of the key"), max_length=16, unique=True)
    key_hash = models.CharField(_("hash of the key"), max_length=64)
    scope = models.CharField(_("what it allows"), max_length=5, choices=TokenScope)
    made_at = models.DateTimeField(_("made at"))
    #: the last day on which it is good
    expires_on = models.DateField(_("expires on"))
    #: to the minute: not every request is written down
    last_used_at = models.DateTimeField(_("last used at"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return f"{self.user} {self.name}"

    @property
    def is_good(self) -> bool:
        """Whether the key opens anything; its owner must be active besides."""
        return self.revoked_at is None and self.expires_on >= timezone.localdate()

    @property
    def writes(self) -> bool:
        return self.scope == TokenScope.WRITE

    @property
    def beginning(self) -> str:
        """As much of the key as its owner sees again."""
        return f"{KEY_BRAND}_{self.prefix}_…"
