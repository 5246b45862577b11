module foreign-client

go 1.25.0

require github.com/fastly/go-fastly/v16 v16.0.1

require (
	github.com/dnaeon/go-vcr v1.2.0 // indirect
	github.com/google/go-querystring v1.2.0 // indirect
	github.com/google/jsonapi v1.0.0 // indirect
	github.com/hashicorp/go-cleanhttp v0.5.2 // indirect
	github.com/mitchellh/mapstructure v1.5.0 // indirect
	github.com/peterhellberg/link v1.2.0 // indirect
	golang.org/x/crypto v0.53.0 // indirect
	golang.org/x/sys v0.46.0 // indirect
	gopkg.in/yaml.v2 v2.4.0 // indirect
)
