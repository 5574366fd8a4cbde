// Command change-password is the Lambda function with which Unleash's users change their password.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(unleash.NewChangePassword) }
