"""HTTP requests and responses as events of AWS: API Gateway, function URLs and Application Load Balancers."""
