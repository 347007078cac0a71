namespace HubertSharp.Dashboard;

/// <summary>Decodes part of an audio file. The dashboard itself knows no codec; the program that starts it brings its reader.</summary>
/// <param name="path">The file.</param>
/// <param name="startSample">First sample, counted at 16 kHz.</param>
/// <param name="count">Samples at 16 kHz.</param>
/// <param name="cancellation">Stops a long decoding.</param>
/// <returns>[count] one channel, 16 kHz, in [-1, 1].</returns>
/// <exception cref="HubertSharp.Runs.UserException">Missing, damaged, or no audio.</exception>
public delegate float[] ReadAudio(string path, long startSample, int count, CancellationToken cancellation);
