// Command login is the Lambda function that answers CrafterCMS Studio's login endpoint.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/function"
)

func main() { function.Main(crafter.NewLogin) }
