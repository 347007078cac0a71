namespace HubertSharp.Audio;

/// <summary>What an audio file holds, found without keeping its samples.</summary>
/// <param name="SampleRate">The file's own rate, in Hz.</param>
/// <param name="Channels">The file's own channels; reading mixes them down to one.</param>
/// <param name="Frames">Length at the file's own rate, in samples per channel, above 0.</param>
/// <param name="LengthSamples16k">Length in samples at 16 kHz: exactly what <see cref="AudioFile.Read(string, CancellationToken)"/>
/// returns.</param>
public sealed record AudioInfo(int SampleRate, int Channels, long Frames, long LengthSamples16k);

/// <summary>What a recording was before it became one channel at 16 kHz.</summary>
/// <param name="SampleRate">In Hz.</param>
/// <param name="Channels">Their number.</param>
/// <param name="ChannelsCancel">Mixed, they leave next to nothing of what each holds: they are in opposite phase.</param>
internal readonly record struct AudioSource(int SampleRate, int Channels, bool ChannelsCancel);
