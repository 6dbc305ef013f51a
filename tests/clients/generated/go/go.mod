module example.com/arcbeat/program

go 1.23.0

require example.com/arcbeat/client v0.0.0

require golang.org/x/oauth2 v0.27.0 // indirect

replace example.com/arcbeat/client => ./client
