// Command logout is the Lambda function that answers Unleash's logout endpoint.
package main

import (
	"gatehouse/functions/unleash"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(unleash.NewLogout) }
