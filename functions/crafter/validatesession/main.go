// Command validatesession is the Lambda function that answers CrafterCMS Studio's security/validate-session.json.
package main

import (
	"gatehouse/functions/crafter"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(crafter.NewValidateSession) }
