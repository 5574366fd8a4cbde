// Command profile is the Lambda function that answers AISquare Studio's profile endpoint.
package main

import (
	"gatehouse/functions/aisquare"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(aisquare.NewProfile) }
