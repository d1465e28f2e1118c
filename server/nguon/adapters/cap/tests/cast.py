"""A storm warning as a weather service sends one."""

STORM = """<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
    <identifier>KTTV-2026-0007</identifier>
    <sender>canhbao@kttv.example</sender>
    <sent>2026-09-01T08:00:00+07:00</sent>
    <status>Actual</status>
    <msgType>Alert</msgType>
    <scope>Public</scope>
    <note>Tin bão khẩn cấp</note>
    <info>
        <language>vi-VN</language>
        <category>Met</category>
        <event>Bão</event>
        <responseType>Shelter</responseType>
        <urgency>Immediate</urgency>
        <severity>Extreme</severity>
        <certainty>Observed</certainty>
        <eventCode><valueName>OET</valueName><value>OET-182</value></eventCode>
        <!-- the order of the three times -->
        <effective>2026-09-01T08:00:00+07:00</effective>
        <onset>2026-09-01T12:00:00+07:00</onset>
        <expires>2026-09-01T20:00:00+07:00</expires>
        <senderName>Trung tâm Dự báo</senderName>
        <headline>Bão số 3 đổ bộ</headline>
        <description>Bão số 3 đổ bộ vào trưa nay.</description>
        <instruction>Không ra khỏi nhà.</instruction>
        <parameter><valueName>gió</valueName><value>cấp 12</value></parameter>
        <resource>
            <resourceDesc>Bản đồ</resourceDesc>
            <mimeType>image/png</mimeType>
            <size>1024</size>
            <uri>https://kttv.example/bao3.png</uri>
            <digest>0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33</digest>
        </resource>
        <area>
            <areaDesc>Bắc Ninh</areaDesc>
            <polygon>21.0,106.0 21.0,106.6 21.6,106.0 21.0,106.0</polygon>
            <circle>21.2,106.3 12.5</circle>
            <geocode><valueName>VN-GSO</valueName><value>24</value></geocode>
        </area>
    </info>
    <info>
        <language>en-US</language>
        <category>Met</category>
        <event>Storm</event>
        <urgency>Immediate</urgency>
        <severity>Extreme</severity>
        <certainty>Observed</certainty>
        <expires>2026-09-01T20:00:00+07:00</expires>
        <headline>Storm no. 3 makes landfall</headline>
        <area><areaDesc>Bac Ninh</areaDesc></area>
    </info>
</alert>
"""


def storm() -> bytes:
    """This function will give the warning as bytes."""
    return STORM.encode()
