"""All parts that records can have, for the line that declares them: `parts: ClassVar = (Files(), …)`."""

from cti.office.citing.part import Citations
from cti.office.comments.part import Comments
from cti.office.files.part import Files
from cti.office.followers.part import Followers
from cti.office.links.part import Links
from cti.office.looks.part import Looks
from cti.office.printing.part import Print
from cti.office.tags.part import Tags

__all__ = ["Citations", "Comments", "Files", "Followers", "Links", "Looks", "Print", "Tags"]
