"""Add the owner of an API key: the user who created it, directly or with another key."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# has_owner stays true when the user is deleted, which distinguishes such a key from one of the command line.
ADD_OWNER = """
alter table t_api_key
    add column owner varchar(64) references t_user on update cascade on delete set null,
    add column has_owner boolean not null default false
"""
# created_by is the name of a user, of a key, or of the subject of an external token. A key that was created with a key
# belongs to the user at the end of that chain; the depth is limited, because names of keys can form a circle.
FILL_OWNER = """
with recursive chain as (
    select api_key_id, created_by as creator, 0 as depth from t_api_key
    union all
    select chain.api_key_id, parent.created_by, chain.depth + 1
      from chain join t_api_key as parent on parent.name = chain.creator
     where chain.depth < 10 and not exists (select from t_user where username = chain.creator)),
origin as (
    select distinct on (api_key_id) api_key_id, creator from chain order by api_key_id, depth desc)
update t_api_key
   set has_owner = origin.creator <> 'command line',
       owner = (select username from t_user where username = origin.creator)
  from origin where origin.api_key_id = t_api_key.api_key_id
"""


def upgrade() -> None:
    """Add the columns, and fill them from created_by."""
    op.execute(ADD_OWNER)
    op.execute(FILL_OWNER)
