// Package functions lists the products. A product's folder contains everything that only this product needs. README.md
// explains how to add and remove one.
package functions

import (
	"gatehouse/functions/aisquare"
	"gatehouse/functions/crafter"
	"gatehouse/functions/sessions"
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

// Sessions returns what backends may ask about, in the same order. The functions that answer backends read this list alone,
// because Products holds the example users.
func Sessions() sessions.Products {
	return sessions.Products{
		aisquare.Session(),
		crafter.Session(),
		unleash.Session(),
		socialid.Session(),
	}
}

// Room is a folder of functions: a product's, or that of the sessions.
type Room struct {
	Name   string // of its folders below functions and events
	Prefix string // of its functions in template.yaml
	Title  string

	Endpoints []product.Endpoint
}

// Rooms returns the products' rooms and that of the sessions.
func Rooms() []Room {
	var rooms []Room
	for _, p := range Products() {
		rooms = append(rooms, Room{p.Name, p.Prefix, p.Title, p.Endpoints})
	}
	return append(rooms, Room{"sessions", "Sessions", "the sessions", Sessions().Endpoints()})
}

// Endpoints returns the endpoints of all rooms: every route of the API.
func Endpoints() []product.Endpoint {
	var all []product.Endpoint
	for _, room := range Rooms() {
		all = append(all, room.Endpoints...)
	}
	return all
}
