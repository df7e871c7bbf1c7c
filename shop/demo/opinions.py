"""What the demo's buyers say about goods that arrived, what suppliers reply, and what one buyer would like one day."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalogue.models import Product
from shop.demo import people
from shop.order.models import Line
from shop.reviews import moderation, replies, reviews
from shop.reviews.models import ProductReview, Reply
from shop.wishes import wishes

DAY = timedelta(days=1)
WRITTEN = (  # score, title, text, reply
    (5, "颗粒饱满，家里老人喜欢", "个头均匀，没有坏的，包装也结实。", "谢谢您，您的话我们转告给了合作社的社员。"),
    (4, "味道好，纸箱压了一个角", "口感很好。外箱压坏一角，里面的没有受影响。", "抱歉，今后的外箱会多加护角。"),
    (5, "和产地介绍的一样", "扫码能看到是哪个县、什么时候采的，放心。", ""),
    (3, "还可以，路上慢了些", "东西不错，比想的晚到。", "谢谢您的耐心；订单页上能看到每一站的时间。"),
    (4, "分量足", "称了一下，净含量足。", ""),
    (2, "个头比想的小", "味道可以，就是个头偏小。", "规格和等级写在商品页的标签栏里，欢迎对照。"),
    (5, "全家都说好", "孩子也喜欢，刚好。", ""),
    (4, "会再买", "新鲜，保质期还长。", ""),
)
REFUSED = "文字里有他人的姓名和电话，请去掉后再发。"
WISHES = 3


def build(now: datetime) -> None:
    """A dozen or two reviews, of which one waits and one is refused; each third with a reply; a wish list."""
    admin = people.get(people.ADMIN)
    arrived = Line.objects.exclude(accepted_at=None).select_related("order__user", "order__shipping_address", "partner")
    lines = {(line.product_id, reviews.writer_of(line.order)): line for line in arrived.order_by("-pk")[:60]}
    for number, line in enumerate(list(lines.values())[:24]):
        at = min(line.accepted_at + 2 * DAY, now - timedelta(hours=1))
        review, reply = _say(line, number, at)
        if number == 0:
            continue  # waits
        seen = {"seen_at": at, "by": admin, "at": at}
        if number == 1:
            moderation.refuse(review, reason=REFUSED, **seen)
            continue
        moderation.publish(review, **seen)
        seller = line.partner.users.order_by("pk").first()
        if reply and seller is not None:
            answer: Reply = replies.write(review=review, text=reply, by=seller, at=at)
            if number % 8 != 3:
                moderation.publish(answer, **seen)
    _wish(now)


def _say(line: Line, number: int, at: datetime) -> tuple[ProductReview, str]:
    score, title, text, reply = WRITTEN[number % len(WRITTEN)]
    names = reviews.names(line.order)
    name = names[number % len(names)]
    return reviews.write(line=line, score=score, title=title, text=text, name=name, at=at), reply


def _wish(now: datetime) -> None:
    buyer = people.get(people.BUYER)
    for product in Product.objects.offered(now).order_by("pk")[:WISHES]:
        wishes.add(product=product, by=buyer)
