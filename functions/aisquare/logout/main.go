// Command logout is the Lambda function that answers AISquare Studio's logout endpoint.
package main

import (
	"gatehouse/functions/aisquare"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(aisquare.NewLogout) }
