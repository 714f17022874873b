"""From public data to shipped weights, one command a step: vocabulary → data → train → distil → export → fit_decision.

Needs the `training` extra (torch, transformers); nothing here is imported by the running service.
"""
