// Command logout is the Lambda function that answers CrafterCMS Studio's security/logout.json.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(crafter.NewLogout) }
