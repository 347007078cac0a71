using HubertSharp.Corpora.Formats.Lists;

namespace HubertSharp.Tests.Corpora.Formats.Lists;

public class KaldiCommandsTests
{
    [Theory]
    [InlineData("flac -c -d -s /data/1089-134686-0000.flac |", "/data/1089-134686-0000.flac", null)] // LibriSpeech
    [InlineData("flac -cds --silent a.flac|", "a.flac", null)]
    [InlineData("/opt/sph2pipe_v2.5/sph2pipe -f wav -p -c 1 /data/4k0c0301.sph |", "/data/4k0c0301.sph", 0)] // Switchboard
    [InlineData("sph2pipe -f wav /data/4k0c0301.wv1 |", "/data/4k0c0301.wv1", null)] // WSJ
    [InlineData("cat 'a b.wav' |", "a b.wav", null)]
    [InlineData("sox /x/a.mp3 -t wav -r 16k -b 16 -c 1 - |", "/x/a.mp3", null)]
    [InlineData("sox -t wav a.wav -t wav - remix 2 |", "a.wav", 1)]
    [InlineData("ffmpeg -v 8 -i /x/a.mp4 -f wav -ar 16000 -ac 1 - |", "/x/a.mp4", null)] // GigaSpeech
    [InlineData("ffmpeg -nostdin -i \"a b.opus\" -acodec pcm_s16le -f wav pipe:1 |", "a b.opus", null)]
    public void What_only_decodes_is_its_file(string line, string file, int? channel) =>
        Assert.Equal((file, channel), KaldiCommands.Decoded(line));

    [Theory]
    [InlineData("a.wav")]
    [InlineData("|")]
    [InlineData("flac -c -d -s |")]
    [InlineData("flac -c -d -s a.flac b.flac |")]
    [InlineData("flac -c -d --skip=100 a.flac |")]
    [InlineData("sph2pipe -f wav -t 1:2 a.sph |")]
    [InlineData("sph2pipe -f raw a.sph |")]
    [InlineData("sox -t wav a.wav -t wav - speed 0.9 |")]
    [InlineData("sox --vol 0.5 a.wav -t wav - |")]
    [InlineData("sox -r 8000 -e signed a.raw -t wav - |")]
    [InlineData("sox a.wav -t wav -r 8000 - |")]
    [InlineData("sox a.wav -t wav - remix 1,2 |")]
    [InlineData("sox a.wav b.wav -t wav - |")]
    [InlineData("ffmpeg -ss 3 -i a.mp4 -f wav - |")]
    [InlineData("ffmpeg -i a.mp4 -af volume=2 -f wav - |")]
    [InlineData("ffmpeg -i a.mp4 -i b.mp4 -f wav - |")]
    [InlineData("ffmpeg -i a.mp4 out.wav |")]
    [InlineData("cat a.wav b.wav |")]
    [InlineData("cat a.wav; rm b.wav |")]
    [InlineData("cat $HOME/a.wav |")]
    [InlineData("flac -c -d -s a.flac | sox - -t wav - |")]
    [InlineData("cat 'a.wav |")]
    [InlineData("wav-reverberate --shift-output=true a.wav - |")]
    public void What_does_more_or_is_not_known_is_none(string line) => Assert.Null(KaldiCommands.Decoded(line));
}
