// Command user is the Lambda function that answers CrafterCMS Studio's user/get.json.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(crafter.NewUser) }
