using HubertSharp.Audio;

namespace HubertSharp.Corpora;

/// <summary>
/// The audio files of a corpus folder that is being built: the folder is renamed when all is there, so the single file need not be.
/// </summary>
internal static class CorpusAudio
{
    /// <summary>Writes 16 kHz mono as FLAC or WAV after the name.</summary>
    public static void Write(string path, ReadOnlySpan<short> pcm)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        Pcm16Writer.Write(path, stream.SafeFileHandle, pcm, AudioFile.SampleRate, Pcm16Writer.FormatOf(path));
    }
}
