// Command login is the Lambda function that answers AISquare Studio's login endpoint.
package main

import (
	"gatehouse/functions/aisquare"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(aisquare.NewLogin) }
