"""The demo shop: a small Vietnamese shop as YAML files beside this module, dated relative to the moment it is loaded.

Every file `products*.yaml`, `customers*.yaml` and `orders*.yaml` is one list; files of a kind are read in name order.
A mistake stops the load and names file, entry, key and value. Words are UTF-8, money is whole VND.

**Offsets** stand wherever a time is meant: `-3d`, `-2d4h`, `-90m`, `+1d12h`, `0h` (d days, h hours, m minutes; the sign
holds for the whole offset; quote those that begin with `+`).

products*.yaml

    - sku: AO-THUN-01              # unique, at most 40 signs
      name_en: Cotton T-shirt
      name_vi: Áo thun cotton
      category: fashion            # fashion, electronics, food … : free, lower case
      price: 199000
      stock: 24                    # 0: sold out
      description_en: Soft combed cotton, regular fit.
      description_vi: Cotton chải kỹ mềm mịn, dáng thường.
      attributes:                  # optional; key -> per language [label, value]
        size: {en: [Size, "S, M, L, XL"], vi: [Cỡ, "S, M, L, XL"]}
        material: {en: [Material, cotton], vi: [Chất liệu, cotton]}
      keywords: [tee, áo phông, ao thun]   # optional: other words people use, both languages
      warranty_months: 0           # optional, 0
      returnable: true             # optional, true
      active: true                 # optional, true; false: no longer sold

customers*.yaml

    - id: demo-1                   # "demo-<n>", unique: customer id and the web channel's external id
      name: Nguyễn Thị Lan
      phone: "+84901234567"        # E.164, in quotes, or "" when the shop does not know it
      email: lan@example.com       # optional
      language: vi                 # vi, en, or "" (follow the message)
      address: chị                 # optional: quý khách, anh, chị, em, bạn, cô, chú, bác, ông, bà
      level: basic                 # off, basic, full
      stage: post_purchase         # the journey stage that the story shows: awareness, consideration, decision,
                                   # post_purchase, retention, at_risk
      persona: Busy mother; her parcel is two days late.     # one line for the simulator's list
      orders:                      # optional; linked to this customer
        - code: TH-10234           # unique
          status: shipped          # placed, packed, shipped, delivered, returned, cancelled
          placed: -5d
          status_at: -2d           # optional: when the status came; else `delivered` or `placed`
          expected: "+1d"          # optional
          delivered: -1d           # optional; needed for delivered and returned
          carrier: GHN             # optional
          tracking: GHN8812345     # optional
          paid: true               # optional, false
          phone: "+84901234567"    # optional; else the customer's
          lines:
            - {sku: AO-THUN-01, quantity: 2}                 # unit_price: optional, else the product's price
      events:                      # optional: viewed, compared, carted, uncarted, reviewed, complained, …
        - {kind: viewed, subject: AO-THUN-01, at: -2d}       # subject: a sku or an order code; data: {…} optional

orders*.yaml: orders that wait for their customer (found by phone sharing, or by code and last four digits): the same
keys as above with `phone` required, and optionally `customer: demo-7` to link one.

    - {code: TH-20001, phone: "+84905550123", status: shipped, placed: -4d, lines: [{sku: AO-THUN-01, quantity: 1}]}
"""

from storage.demo.loading import DemoCustomer, demo_customers, load_demo

__all__ = ["DemoCustomer", "demo_customers", "load_demo"]
