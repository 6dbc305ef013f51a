"""The texts of problems in English and Chinese, from one catalogue: openapi/problems.yaml."""
