// Command user is the Lambda function that tells Unleash's web app who is logged in.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(unleash.NewUser) }
