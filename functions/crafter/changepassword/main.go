// Command changepassword is the Lambda function that answers CrafterCMS Studio's user/change-password.json.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(crafter.NewChangePassword) }
