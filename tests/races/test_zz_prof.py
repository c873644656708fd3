import cProfile, pstats, time
from django.test import Client
from tests import factories
from tests.races import ledger
from tests.races.clients import *
def test_prof(crowd):
    space, span = factories.studio(), ledger.slot()
    clients=[]
    for a in crowd[:20]:
        c=Client(); c.cookies["sessionid"]=a.session; clients.append(c)
    d={"start":span.start.isoformat(),"end":span.end.isoformat()}
    print(clients[0].post(f"/spaces/{space.slug}/hold/",d).status_code)
    clients[1].post(f"/spaces/{space.slug}/hold/",d)
    t=time.perf_counter()
    for c in clients[1:]: c.post(f"/spaces/{space.slug}/hold/",d)
    print("per refusal", (time.perf_counter()-t)/19)
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    with CaptureQueriesContext(connection) as q: clients[1].post(f"/spaces/{space.slug}/hold/",d)
    for x in q.captured_queries: print(x["time"], x["sql"][:150])
    p=cProfile.Profile(); p.enable()
    for c in clients[1:]: c.post(f"/spaces/{space.slug}/hold/",d)
    p.disable()
    pstats.Stats(p).sort_stats("cumulative").print_stats("work.main.(bookings|center|merchants)|render|structlog|execute")
