// Command connection is the Lambda function that answers Social ID Now's GET and DELETE connections/:connection_id.
package main

import (
	"gatehouse/functions/socialid"
	"gatehouse/shared/bootstrap"
)

func main() { bootstrap.Main(socialid.NewConnection) }
