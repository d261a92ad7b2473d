internal import Pages

/// The shop's scripts, styles and pictures.
enum ShopFiles {
    static let all = [
        AssetCatalog.Asset("shop.css", PackageResources.shop_css),
        AssetCatalog.Asset("shop.js", PackageResources.shop_js),
        AssetCatalog.Asset("shop-goods.js", PackageResources.shop_goods_js),
        AssetCatalog.Asset("shop-checkout.js", PackageResources.shop_checkout_js),
        AssetCatalog.Asset("shop-rope.svg", PackageResources.shop_rope_svg),
        AssetCatalog.Asset("shop-vest.svg", PackageResources.shop_vest_svg),
        AssetCatalog.Asset("shop-lantern.svg", PackageResources.shop_lantern_svg),
        AssetCatalog.Asset("shop-anchor.svg", PackageResources.shop_anchor_svg),
        AssetCatalog.Asset("shop-compass.svg", PackageResources.shop_compass_svg),
        AssetCatalog.Asset("shop-binoculars.svg", PackageResources.shop_binoculars_svg),
    ]
}
