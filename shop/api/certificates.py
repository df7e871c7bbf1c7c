"""The public register, for other people's software."""

from __future__ import annotations

from datetime import UTC

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import P, PathEx, Router

from certification import certificates
from certification.models import Certificate
from shop.api import errors
from shop.api.schemas import CertificateOut, CertifiedProduct, Named, Problem, SchemeOut, SupplierOut

router = Router(tags=["certificates"])
STOPPED = (Certificate.State.SUSPENDED, Certificate.State.REVOKED)


@router.api_operation(["HEAD"], "/{number}", include_in_schema=False)
@router.get(
    "/{number}",
    response={200: CertificateOut, 404: Problem, 422: Problem},
    operation_id="read_certificate",
    summary="What a certificate says now",
)
def detail(
    request: HttpRequest, number: PathEx[str, P(max_length=30, pattern=r"^[\w.\-]+$", description="as on the pack")]
) -> CertificateOut:
    found = Certificate.objects.select_related("product", "partner", "scheme").filter(number=number).first()
    if found is None:
        raise errors.not_found(
            _("No certificate has the number %(number)s. Compare it with the pack; the register is at /certificates/.")
            % {"number": number}
        )
    return _out(found)


def _out(certificate: Certificate) -> CertificateOut:
    product, partner, scheme = certificate.product, certificate.partner, certificate.scheme
    state = certificates.state_at(certificate, timezone.now())
    return CertificateOut(
        number=certificate.number,
        state=str(state),
        reason=certificate.state_reason if state in STOPPED else None,
        product=CertifiedProduct(id=product.pk, title=product.title, title_en=product.title_en),
        supplier=SupplierOut(code=partner.code, name=partner.name, name_en=partner.name_en),
        scheme=SchemeOut(code=scheme.code, version=scheme.version, name=scheme.name, name_en=scheme.name_en),
        issuer=Named(name=scheme.issuer, name_en=scheme.issuer_en),
        season=certificate.season,
        valid_from=certificate.valid_from.astimezone(UTC),
        valid_until=certificate.valid_until.astimezone(UTC),
    )
