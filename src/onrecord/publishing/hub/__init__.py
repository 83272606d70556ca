"""Exchange publications with the Hugging Face Hub, through ``huggingface_hub``.

The token is found as ``hf`` finds it, and never printed. Xet is used where the Hub offers it.
"""

from onrecord.publishing.hub.connection import HubError
from onrecord.publishing.hub.download import download
from onrecord.publishing.hub.push import Changes, Push, push
from onrecord.publishing.hub.repository import Repository

__all__ = ["Changes", "HubError", "Push", "Repository", "download", "push"]
