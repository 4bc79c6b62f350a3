def test_an_address_without_its_slash_leads_to_the_one_with_it(client):
    response = client.get("/oidc/callback?code=x")
    assert (response.status_code, response.headers["Location"]) == (301, "/oidc/callback/?code=x")
