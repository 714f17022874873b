"""A second opinion from a chat endpoint that speaks OpenAI's protocol, for the pairs the local judge is unsure of.

A claim goes this way: the local judge flags all passages (`judge`); the least sure pairs, as far as the budget goes
(`limits`), are written as questions (`question`) and sent (`chat`); an answer counts only with quotes that stand word
for word in claim and passage (`reply`). Whatever goes wrong on the way leaves the local judgement as it is, and the
`versions` of the answer say so.
"""
