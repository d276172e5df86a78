"""Film with a phone: a receiver for one film on the local network, and the part of a page that shows its code.

The receiver knows no other page, no history and no listing. The film it receives goes the way of an upload.
"""
