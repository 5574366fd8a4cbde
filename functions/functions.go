// Package functions is the one Go list of the endpoints: which constructor builds the handler of which function in
// template.yaml. A product's package says how that product asks and answers; everything else is shared.
//
// A new endpoint takes three steps:
//
//  1. In functions/<product> write a constructor like the others: NewLogout(config.Config, *login.Service) gateway.Handler.
//  2. Give it a function with its route in template.yaml.
//  3. Enter it here under that function's name.
//
// `gatehouse serve` then answers it. Describe it in pairs of events under events/<product>: the tests replay them, and fail
// where this list, the template and the folders differ.
package functions

import (
	"gatehouse/functions/aisquare"
	"gatehouse/functions/crafter"
	"gatehouse/functions/socialid"
	"gatehouse/functions/unleash"
	"gatehouse/shared/config"
	"gatehouse/shared/gateway"
	"gatehouse/shared/login"
)

// Constructor builds the handler of one function.
type Constructor = func(config.Config, *login.Service) gateway.Handler

// Handlers holds the constructor of every function in template.yaml, by the function's name there.
var Handlers = map[string]Constructor{
	"AISquareLogin": aisquare.NewLogin,
	"CrafterLogin":  crafter.NewLogin,
	"UnleashLogin":  unleash.NewLogin,
	"SocialIDLogin": socialid.NewLogin,
}
