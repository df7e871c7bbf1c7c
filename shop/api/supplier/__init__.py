"""What a supplier's own software reads and writes: that supplier's things alone, by a key with scopes."""

from __future__ import annotations

from ninja import Router

from shop.api.supplier import articles, imports, key, photos, prices, stock

router = Router(tags=["supplier"])
router.add_router("/key", key.router)
router.add_router("/articles", articles.router)
router.add_router("/articles", photos.router)
router.add_router("/prices", prices.router)
router.add_router("/stock", stock.router)
router.add_router("/imports", imports.router)
