// Command login is the Lambda function that answers CrafterCMS Studio's login endpoint.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(crafter.NewLogin) }
