import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.*;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.*;

/**
 * Sees what moves in a topic of video, and writes it to a topic of detections, frame by frame: put your own model in its place.
 *
 *     java -cp 'kafka-clients-4.3.1.jar:slf4j-api.jar' Detect.java localhost:9092 video seen         # live: skips to the newest frame when it is too slow
 *     java -cp 'kafka-clients-4.3.1.jar:slf4j-api.jar' Detect.java localhost:9092 video seen start   # over what is recorded, every frame of it
 *
 * Needs frames that are pictures of their own: kt emit-video --codec mjpeg.
 */
public class Detect {
  static final Map<String, BufferedImage> before = new HashMap<>(); // by the stream's name

  /** What is seen in a picture: the box around all that is not as it was in the one before. */
  static String see(String stream, BufferedImage picture) {
    int width = picture.getWidth(), height = picture.getHeight(), left = width, top = height, right = 0, bottom = 0;
    BufferedImage last = before.put(stream, picture);
    if (last != null && last.getWidth() == width && last.getHeight() == height)
      for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
          if (apart(last.getRGB(x, y), picture.getRGB(x, y)) > 120) {
            left = Math.min(left, x); right = Math.max(right, x + 1);
            top = Math.min(top, y); bottom = Math.max(bottom, y + 1);
          }
    String object = right > left ? "{\"label\":\"motion\",\"box\":[%d,%d,%d,%d]}".formatted(left, top, right - left, bottom - top) : "";
    return "{\"size\":[%d,%d],\"objects\":[%s]}".formatted(width, height, object);
  }

  static int apart(int one, int other) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) sum += Math.abs((one >> shift & 255) - (other >> shift & 255));
    return sum;
  }

  public static void main(String[] args) throws Exception {
    boolean recorded = args.length > 3 && args[3].equals("start");
    Map<String, Object> brokers = Map.of("bootstrap.servers", args[0], "max.partition.fetch.bytes", 16 << 20);
    try (var reader = new KafkaConsumer<>(brokers, new StringDeserializer(), new ByteArrayDeserializer());
         var writer = new KafkaProducer<>(Map.<String, Object>of("bootstrap.servers", args[0]), new StringSerializer(), new StringSerializer())) {
      reader.assign(reader.partitionsFor(args[1]).stream().map(one -> new TopicPartition(args[1], one.partition())).toList());
      if (recorded) reader.seekToBeginning(reader.assignment()); else reader.seekToEnd(reader.assignment());
      var ends = reader.endOffsets(reader.assignment());
      while (!recorded || ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
        Map<Object, ConsumerRecord<String, byte[]>> frames = new LinkedHashMap<>();
        // Live, the newest of each stream: what came before it meanwhile is left out.
        for (var frame : reader.poll(Duration.ofSeconds(1))) frames.put(recorded ? frame.partition() + "/" + frame.offset() : frame.key(), frame);
        for (var frame : frames.values()) {
          BufferedImage picture = frame.value() == null ? null : ImageIO.read(new ByteArrayInputStream(frame.value()));
          if (picture == null) continue; // the mark of an ended source, or H.264
          var seen = new ProducerRecord<>(args[2], null, frame.timestamp(), frame.key(), see(frame.key(), picture));
          for (var header : frame.headers()) if (header.key().equals("kt-run") || header.key().equals("kt-seq")) seen.headers().add(header);
          writer.send(seen);
        }
        writer.flush();
      }
    }
  }
}
