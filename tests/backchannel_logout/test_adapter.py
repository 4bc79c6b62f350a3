"""What the adapter tells allauth."""

from backchannel_logout.adapter import BackChannelLogoutAdapter


def test_it_announces_back_channel_logout_and_leaves_other_metadata_alone():
    metadata = {"issuer": "http://identity.example"}
    BackChannelLogoutAdapter().populate_server_metadata(metadata)
    assert metadata == {
        "issuer": "http://identity.example",
        "backchannel_logout_supported": True,
        "backchannel_logout_session_supported": True,
    }


def test_the_issuer_is_the_one_of_the_settings_also_without_a_request(settings):
    settings.BACKCHANNEL_LOGOUT_ISSUER = "http://identity.example"
    assert BackChannelLogoutAdapter().get_issuer() == "http://identity.example"
