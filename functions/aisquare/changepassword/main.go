// Command changepassword is the Lambda function that answers AISquare Studio's change-password endpoint.
package main

import (
	"gatehouse/functions/aisquare"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(aisquare.NewChangePassword) }
