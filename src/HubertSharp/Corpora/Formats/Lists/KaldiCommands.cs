using System.Text.RegularExpressions;

namespace HubertSharp.Corpora.Formats.Lists;

/// <summary>
/// The commands of a <c>wav.scp</c> that do no more than decode a file, which the program does by itself: they are read, not run. Any
/// option that would change the sound, and anything of a shell beside one program and its arguments, makes it a command that is not known.
/// </summary>
internal static partial class KaldiCommands
{
    private static readonly string[] s_flac = ["c", "d", "s", "stdout", "decode", "silent", "totally-silent", "f", "force"];
    private static readonly string[] s_outputs = ["-", "/dev/stdout", "pipe:1", "pipe:"];
    private static readonly string[] s_depth = ["-b", "-e"];

    /// <summary>The file, and the channel from 0 where the command takes one; null for a command that is not known.</summary>
    public static (string File, int? Channel)? Decoded(string line)
    {
        if (!line.EndsWith('|') || Words(line[..^1]) is not [var program, .. var rest])
            return null;
        var arguments = new Queue<string>(rest);
        return Path.GetFileName(program) switch
        {
            "cat" => rest is [var file] && file[0] != '-' ? (file, null) : null,
            "flac" => Flac(arguments),
            "sph2pipe" => Sph2Pipe(arguments),
            "sox" => Sox(arguments),
            "ffmpeg" => Ffmpeg(arguments),
            _ => null,
        };
    }

    // flac -c -d -s FILE
    private static (string, int?)? Flac(Queue<string> arguments)
    {
        string? file = null;
        while (arguments.TryDequeue(out var word))
        {
            if (word[0] != '-' && file is null)
                file = word;
            else if (!(word.StartsWith("--", StringComparison.Ordinal) ? s_flac.Contains(word[2..])
                : word.Length > 1 && word[0] == '-' && word[1..].All(c => s_flac.Contains($"{c}"))))
                return null;
        }
        return file is null ? null : (file, null);
    }

    // sph2pipe -f wav -p -c 1 FILE, its channels counted from 1
    private static (string, int?)? Sph2Pipe(Queue<string> arguments)
    {
        var (file, channel) = ((string?)null, (int?)null);
        while (arguments.TryDequeue(out var word))
        {
            if (word == "-p" || (word == "-f" && arguments.TryDequeue(out var form) && form is "wav" or "rif" or "sph"))
                continue;
            if (word == "-c" && arguments.TryDequeue(out var number) && number is "1" or "2")
                channel = number == "1" ? 0 : 1;
            else if (word[0] != '-' && file is null)
                file = word;
            else
                return null;
        }
        return file is null ? null : (file, channel);
    }

    // sox FILE -t wav -r 16000 -c 1 - (remix 1)
    private static (string, int?)? Sox(Queue<string> arguments)
    {
        var (file, channel, isWritten) = ((string?)null, (int?)null, false);
        while (arguments.TryDequeue(out var word))
        {
            if (isWritten)
            {
                if (word != "remix" || arguments is not { Count: 1 } || !int.TryParse(arguments.Dequeue(), out var number) || number < 1)
                    return null;
                channel = number - 1;
            }
            else if (s_outputs.Contains(word))
            {
                isWritten = true;
            }
            else if (word[0] != '-' && file is null)
            {
                file = word;
            }
            else if (!(s_depth.Contains(word) || word is "-t" or "-r" or "-c") || !arguments.TryDequeue(out var value)
                || (file is not null && !IsOurs(word, value)) || (file is null && word is "-r" or "-c" or "-b" or "-e"))
            {
                return null; // what is said of the input is said of samples without a head
            }
        }
        return file is not null && isWritten ? (file, channel) : null;
    }

    // ffmpeg -nostdin -i FILE -f wav -ar 16000 -ac 1 -
    private static (string, int?)? Ffmpeg(Queue<string> arguments)
    {
        var (file, isWritten) = ((string?)null, false);
        while (!isWritten && arguments.TryDequeue(out var word))
        {
            if (word is "-nostdin" or "-hide_banner" or "-y" or "-vn")
                continue;
            if (s_outputs.Contains(word))
                isWritten = true;
            else if (word == "-i" && file is null)
                arguments.TryDequeue(out file);
            else if (!arguments.TryDequeue(out var value) || !(word is "-loglevel" or "-v" || (file is not null && IsOurs(word, value))))
                return null;
        }
        return file is not null && isWritten && arguments.Count == 0 ? (file, null) : null;
    }

    // what is done to every recording here: 16 kHz, one channel, PCM of 16 bits or more
    private static bool IsOurs(string option, string value) => option switch
    {
        "-r" or "-ar" => value is "16000" or "16k",
        "-c" or "-ac" => value == "1",
        "-t" or "-f" => value is "wav" or "flac",
        "-b" => value is "16" or "24" or "32",
        "-e" => value is "signed" or "signed-integer",
        "-acodec" or "-c:a" or "-codec:a" => value is "pcm_s16le" or "pcm_s24le" or "pcm_s32le" or "flac",
        _ => false,
    };

    private static string[]? Words(string command)
    {
        string[] words = [.. Word().Matches(command).Select(word => word.Value.Trim('\'', '"'))];
        return words.Contains("") || !string.IsNullOrWhiteSpace(Word().Replace(command, "")) ? null : words;
    }

    [GeneratedRegex("""'[^']*'|"[^"$`\\]*"|[^\s'"\\$`;&|<>()*?\[\]{}~#!]+""")]
    private static partial Regex Word();
}
