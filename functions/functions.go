// Package functions lists the products. A product's folder contains everything that only this product needs. README.md
// explains how to add and remove one.
package functions

import (
	"gatehouse/functions/aisquare"
	"gatehouse/functions/crafter"
	"gatehouse/functions/socialid"
	"gatehouse/functions/unleash"
	"gatehouse/shared/product"
)

// Products returns every product, in the order in which `gatehouse serve` lists them.
func Products() []product.Product {
	return []product.Product{
		aisquare.Describe(),
		crafter.Describe(),
		unleash.Describe(),
		socialid.Describe(),
	}
}
