// Package functions lists the products. A product's folder says how that product asks and answers; everything else is
// shared. See README.md for how to add and remove one.
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
