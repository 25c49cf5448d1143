"""What this project needs and moto lacks, a module for each gap.

A package, since moto takes the name of a model's service from the second part of its module's name.
"""
